"""List the commonest words of each language, by which the language of a text is detected.

The first 60 of each list that `wordfreq` 3.1 gives for the language (its data: CC BY-SA 4.0), less single digits and
words that come from English pages; Norwegian is its Bokmål list; Croatian and Serbian share one, told apart by the
words that they spell differently. The lists from `gl` on are written by hand: wordfreq has none for these languages.
"""

from __future__ import annotations

COMMON_WORDS = """
en the to and of a in i is for that you it on with this was be as are have at he not by but from my or we an your all so his they me if one can will just like about up out what has when more do no were who had their there her which time get
de die der und in das ich ist nicht zu den von mit es ein auf für im sie eine sich auch dem des als er an dass so bei wie aber aus hat sind nach noch wir du war nur wenn oder wird werden einen am man um haben einer zum kann über da dann einem schon habe ja mehr
fr de la le et l à les est en des d un que a pas une du il pour dans je qui c au ce sur qu par on ne plus avec j n mais se vous s ça tu elle son y ai ou si sont tout fait nous comme être bien ils cette faire sa aux même ont
es de la que el en y a los no un se por es del las con una para lo su al como me más si pero te o mi le este sus esta todo ya ha cuando yo ser son sin hay está fue tu muy sobre también todos eso tiene nos porque qué así años dos bien entre puede
it di e che il la a in non un per è del l i una le si con della da sono ma al ha come più dei se nel mi alla anche lo gli delle o questo ho ci su ad dal solo essere io nella ti cui d era stato quando tutti ed questa c tutto cosa hanno tra
pt de a o que e do em da é para não um uma com no se na por os eu como as mais dos mas foi ao você ser seu sua tem são das ou à ele muito isso já nos também quando está meu pelo ela vai só dia pela sobre bem até mesmo pode pessoas te ter tudo
ca de la a i que el l d en per del un les els una no amb va és al es ha com més dels s hi o ser aquest si però tot fer seu aquesta molt als ja ho van seva també ens han són se cap anys això estat sobre quan ara entre fa fins què era pel
nl de van het een en in is op ik dat voor je te met niet zijn die als er maar om aan hij ook ze door naar uit bij dan dit was wat heeft over nog deze hebben kan meer zo al geen mijn wel tot u wordt heb worden nu haar ben kunnen veel jaar moet hoe mensen na
sv är det att och i jag på en inte som för med har av om du så till den de ett kan vi men man var ska när nu vad från här mig bara eller han då hur kommer alla vill sig vara där får bra finns ha skulle ut min dig hade ju lite mycket upp gör få blir
da i og er af det at en til på jeg har for ikke med den der de du kan som så et var vi om han fra men skal ved vil også være hvor nu man hvis sig efter mig eller hvad ud alle godt meget noget da dig kunne lige min når op blev bliver havde mere hun se
no i og er det å på som til en av for ikke med har jeg at de du om den så vi fra var kan et men han seg dette noe skal noen ble vil bare også ut da nå hva etter eller meg være blir hadde alle når må ha deg få man mer opp andre gjør litt ved
fi ja on ei että se oli mutta ole kun niin myös hän jos ovat voi nyt sen kuin tai en joka olla sitä mitä vain jo kanssa tämä sitten kaikki olisi ollut vielä kyllä siitä ne suomen hyvä sekä jälkeen miten mukaan paljon saa olen pitää ihan mitään tulee hyvin tässä hänen vaan koska aina eivät koko kuitenkin vaikka mikä
is og í á að er sem til en við af hann um ekki var fyrir með ég eru frá það þar því eða eftir hún svo hefur vera þá verið þegar hafa þess úr út upp ef eins nú sé þú fram sér hér þeir þetta voru yfir allt hjá mér þeirra einnig vel gera hans þeim getur okkur þó
pl w i nie na się to z do jest że o jak a ale co tak za od po dla tym czy przez tego są ma tylko już mi mnie ze może bo ja ten oraz bardzo będzie być jego sobie ich mam jeśli roku też jeszcze był które jako jestem było jej kiedy który nawet teraz pod coś ci
cs a se v na je to že s z si do jsem ale o i tak pro ve za co k jako jak po už od jsou mi když mě jen nebo byl bude já u má jsme které ty jeho který až není bylo aby než ze ještě byla být také ani pak při tam toho ten kde mám
sk a v sa na je to z že s ako aj o si do som ale po za tak od čo už bol pre sú ak k alebo nie sme ich len vo aby keď ktorý ktoré pri má jeho bola bude ktorá až veľmi bolo byť vám jej roku ho ešte i zo podľa mi však ani ste tu
sl je in v na se da so za ki pa z tudi lahko s ne kot po še iz bi bo od tako to pri ali o če že bil ni med vse jih ko kar ga si smo bila leta več sem tem ter nekaj saj ta tega zelo jo zaradi bilo ob a bodo ker kjer sta zato
hr je u i da se na od za su a ne sa iz to kao o što godine koji kako bi ali nije još po s sve bio ili sam će koja samo te biti više koje kada ako tako bilo sad smo mi može ima ga jer pa ni zbog prema godina bila kod gdje prije vrijeme tko ovdje uvijek
sr je u i da se na od za su a ne sa iz to kao o godine koji kako bi ali nije još po s sve bio ili sam će koja samo te biti više koje kada ako tako bilo sad smo mi može ima ga jer pa ni zbog prema godina bila kod šta gde pre vreme ko ovde uvek
hu a az és nem hogy egy is de meg csak ha van volt ez vagy már még én kell el jó ki azt most akkor mint ezt minden mert magyar nagyon így olyan itt mi sem lesz lehet vagyok majd es nagy úgy nincs aki két fel után ne új amikor ami első te több pedig mindig nekem amit szerint
ro de în și a la să din o pe cu nu mai un este că care pentru se au ce fost ca al am sunt fi si va s lui dar sau e sa dacă după i ne ar le poate prin cum când ale despre era iar mult l ai cel mare trebuie ani cele doar foarte noi el
lt ir kad į su iš yra tai kaip ar o buvo savo tik bet nuo ne apie taip m lietuvos kai labai dėl per dar gali jau po iki jis bei jei už jo pat būti kas mūsų turi prie bus metų nes jos d jie tačiau arba daug jų metu daugiau nors čia ant nėra ji jūsų prieš reikia
lv un ir ar par ka no kā uz kas arī vai bet es tā nav to tas man ja lai bija ko pēc tikai tad līdz kad var jau pie tu latvijas vēl būs jo ļoti gan ne savu tev viņš gada tik nu šo mēs kur visu tās esmu kaut mums tagad viņa mūsu viss daudz laikā būtu valsts
tr ve bir bu için de da çok ile ne daha en gibi olarak kadar o olan ben var ama sonra ki iyi yok ya değil sen büyük yeni güzel sadece zaman ilk iki mi hiç ise oldu bile nasıl şey benim böyle son tek gün tüm yer önce artık göre mı seni beni türkiye aynı bana tarafından türk doğru veya
id yang dan di ini dari untuk dengan itu bisa aku ada tidak akan adalah dalam pada kita orang ke juga anda dia saya ya kamu lebih apa sudah mereka tapi karena atau menjadi tak baik jadi harus satu lagi seperti oleh banyak jika hanya kami saat tahun jangan sebagai hari telah semua dapat hal anak bahwa bukan indonesia saja sangat
ms yang dan di tak boleh dengan untuk saya ini awak dalam dari orang aku tapi kau kita nak adalah ke semua ada pada apa lagi buat dah bukan jadi mana itu dia tidak anda kepada daripada ialah ia telah baik lebih mereka sekolah satu jangan tahu hari juga rasa kalau ni atau bagi anak lain tu cakap seorang seperti akan
fil sa ng ang na mga at ay isang hindi ito ko kung may ni si ako pa para mula siya mo o pag kanyang lang naman niya lahat ano rin ka dahil din upang kaya nito tao nila walang sila mas pero po nang araw isa ba bilang kay ngayon mag nga kanilang pang buhay wala di dapat iba maaaring
vi là và có của được một các không trong cho người này với ở đã thể để như những đến khi làm sẽ từ ra công họ tại về vào đó cũng thành lại đầu chỉ năm sự tôi bị học phải chính ngày số ông động mà nhà thì trên việc sau nam điều còn chúng gia mình thế
ru в и на не с что я по а как из это за для о к но то у его он от все так же мы до ты только был если когда было мне меня уже еще бы или их они при будет время кто года чтобы есть она во вы может после нет очень были со была также вот
uk в на не і у з що та до це за а я як про для від так україни але він його все то є ви по ми й ще які під вже коли якщо або року було вони із мене щоб мені ж тут чи час який просто ти був с буде нас ну тому її також дуже може
bg на и в да е от за се с не си че по ще са това като а ми но до го много най има му ако към може съм ти ли само няма след през аз които г при ви или как какво той ни трябва всички който във което те един още така със време когато този я
mk на и во да се од за е со не го ќе што дека ги како ја тоа а кој кои си по ми до ти многу но или само има кога беше сите тој ако така може која ова јас година еден нема сум биде му треба време македонија повеќе уште пред им тие ме па една сега каде
ar في من على أن لا إلى و ما عن هذا مع التي كل هذه أو هو كان الذي ذلك بعد الله لم بين ان كانت يا حتى قبل قد هي إن كما أي أيضا حيث أنه اليوم خلال عليه غير وهو بعض تم علي إذا فى له مثل محمد هناك يوم لك أكثر عام لي ولا ثم بن يمكن الناس
fa و به در از که این با را است رو من تو برای بود هم تا یک ها ایران شده ما آن شد می یا بر شما همه سال کرد خود هر یه چه های نه کار باید دو پس اما اون ای فقط دست یکی داره کرده دارد چرا کردن اگه روز فیلم قرار نام کنم استفاده بعد او
ur کے میں کی ہے اور سے کا کو اس پر ہیں نے بھی ایک کر یہ نہیں کہ تو کیا وہ ہو ان تھا جو ہی و جس نہ پاکستان گیا آپ لیے اللہ تھے بعد کوئی اپنے گا ہم کسی تھی کرنے یا ساتھ جب رہے تک گے دیا والے بات ہوئے اگر ہونے جائے ہوں اپنی ہوا کرتے
gl de a o que e do da en un unha para non os as con por se na no dos das máis ao como foi pola polo é ten súa seu tamén pero sobre este esta anos galicia está ser cando nos xa hai moi entre ata desde onde
eu eta da ez du bat dute dira ere izan egin zuen den duen dela baina hau hori egun urte egiten dituzte ditu gehiago beste behar zen ziren bere zer oso arte baino bezala gabe euskal orain
af die van en in is het dat nie te wat vir op met sy om hy ons was aan as ook by deur maar kan sal n ek hulle word daar uit jou jy hierdie na oor toe so meer moet wees een wil nog tot haar baie
sq e të në dhe për me i një që nga se është ka u nuk do si më kjo po por ky edhe janë këtë tij në të cilat së ishte kanë kjo duke ose tek pas
et ja on ei et see ka oli kui ta ning mis aga kes siis oma selle mida pole veel ma seda olid tema või nii eesti nagu välja ole üle enam vaid kuid aasta pärast mitte juba väga kas sest
az və bu bir ilə üçün də da ki olan edib olub sonra deyib edilib görə var onun ən isə daha çox həmin ki onlar o azərbaycan tərəfindən kimi qədər bütün ildə
sw ya wa na kwa ni katika za la hiyo kuwa cha hii huo hayo kama ambao alisema wake vya pia hiyo watu huyo yake mwaka baada lakini hata ili bila zaidi kutoka wao hivyo
zu ukuthi futhi uma noma ngoba kodwa ngo kanye lapho njengoba abantu le lo yokuthi ngaphandle khona umuntu uthe kule kuleli yini nje manje ukuba kakhulu okuthiwa ngesikhathi ngemuva kule kwakhe
xh ukuba kwaye okanye kodwa ngoko xa njengoko abantu ukuze ngokuba kwakhona apho kunye kule phantsi ngaphandle kananjalo umntu into nje ngexesha emva uthi yokuba kuba oko nanjengoko ngenxa ingaba lo le
"""  # noqa: E501
